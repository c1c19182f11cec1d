/**
 * The examples in {@code examples/controllers} as their readers meet them: built against the installed library by the commands of their
 * READMEs, and run by them, with what the commands print compared to what the READMEs show.
 */
package dev.banyan.examples;
