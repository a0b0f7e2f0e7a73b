import ArgumentParser

@main
struct Silian: AsyncParsableCommand {}
