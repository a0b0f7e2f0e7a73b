/// Every statement of this product, one a file.
package enum SQL {}
