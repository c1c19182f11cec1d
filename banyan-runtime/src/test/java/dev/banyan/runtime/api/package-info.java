/** What the library shows to the outside: the signatures, compared with {@code api.txt}, and their documentation. */
package dev.banyan.runtime.api;
