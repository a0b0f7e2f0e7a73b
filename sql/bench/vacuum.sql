vacuum (analyze) instance, history
