/**
 * Where non-determinism enters: time, randomness, entropy, tasks, and the only two blocking primitives.
 *
 * <p>All other code receives an {@link dev.banyan.runtime.env.Env} by constructor and asks it. Production passes {@link
 * dev.banyan.runtime.env.SystemEnv}; the simulator passes its own, in which tasks run one at a time under a seeded scheduler and time
 * jumps. That works only while nobody blocks elsewhere: a loop waits in a {@link dev.banyan.runtime.env.Mailbox}, a {@link
 * dev.banyan.runtime.env.Signal} or a task's {@code join}, never in a sleep, a lock held across a call, or a queue of the JDK.
 *
 * <p>This room does not schedule, retry or order anything.
 */
@NullMarked
package dev.banyan.runtime.env;

import org.jspecify.annotations.NullMarked;
