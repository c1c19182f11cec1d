/**
 * Figures of a whole cluster on real parts, for {@code docs/performance.md}; {@code bin/benchmark} runs them. Nothing here is a test: a
 * figure of a busy machine says nothing, so none can fail a build.
 *
 * <p>Time is taken on one clock. A {@link dev.banyan.benchmark.Prober} of its own process sits outside the servers and says when a
 * published port answers for the first time; the program here says when the wish was accepted or the container killed. What is not
 * measured: the start of the command line's JVM before an acceptance, which {@code ps} tells on its own.
 */
@NullMarked
package dev.banyan.benchmark;

import org.jspecify.annotations.NullMarked;
