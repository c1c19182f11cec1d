/**
 * The verb {@code inspect}: all that the cluster knows of one thing.
 *
 * <p>{@link dev.banyan.cli.inspect.Found} finds what a name stands for - a task, an app, a service with its tasks, an agent with its report -
 * and {@link dev.banyan.cli.inspect.MessageTree} shows each object as it is stored, field by field, so that nothing new is ever missing.
 *
 * {@link dev.banyan.cli.inspect.LiveContainers} asks the agents of tasks what their containers are now.
 *
 * <p><b>Guarantees.</b> Values of environments and secrets are not shown. An agent that does not answer is a sentence in the place of its
 * facts, never a failure. <b>Caveats.</b> Of everything but containers, what is shown is what servers told last.
 */
@NullMarked
package dev.banyan.cli.inspect;

import org.jspecify.annotations.NullMarked;
