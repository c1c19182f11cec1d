/**
 * Figures of {@code banyan-runtime}, beside other controller libraries where both do the same. {@code bin/benchmark-runtime} runs {@link
 * dev.banyan.runtime.benchmark.Main}, which starts each trial in a process of its own, one after the other, Banyan and its peers in turns,
 * and prints a table of what they told; the same goes to {@code target/benchmark-runtime.json}. What is fair to compare and what is not is
 * said in {@code docs/decisions/0016-fair-benchmarks.md}.
 */
@NullMarked
package dev.banyan.runtime.benchmark;

import org.jspecify.annotations.NullMarked;
