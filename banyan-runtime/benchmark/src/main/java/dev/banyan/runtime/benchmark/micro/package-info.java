/**
 * Queues and caches by themselves, measured by JMH in processes that it forks. One small interface stands before each library's class so
 * that all pay the same call, and each benchmark names the library by a parameter.
 *
 * <p>The queue is the thread-safe one of each library. The caches are not doing quite the same: the peers' are called directly, Banyan's is
 * reached the way the store reaches it, over the reflector's and the informer's tasks, and publishes a consistent snapshot for each change.
 */
@NullMarked
package dev.banyan.runtime.benchmark.micro;

import org.jspecify.annotations.NullMarked;
