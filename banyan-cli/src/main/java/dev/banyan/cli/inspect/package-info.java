/**
 * The verb {@code inspect}: all that the cluster knows of one thing.
 *
 * <p>{@link dev.banyan.cli.inspect.Found} finds what a name stands for - a task, an app, a service with its tasks, an agent with its report -
 * and {@link dev.banyan.cli.inspect.MessageTree} shows each object as it is stored, field by field, so that nothing new is ever missing.
 *
 * <p><b>Guarantees.</b> Values of environments and secrets are not in the store, so they are not here. <b>Caveats.</b> Nothing is asked of
 * servers: what is shown is what they told last.
 */
@NullMarked
package dev.banyan.cli.inspect;

import org.jspecify.annotations.NullMarked;
