/**
 * The one door to the server's kernel: host commands, kernel settings, held ports, checked files, and the values they speak in.
 *
 * <p>A command is an argument list, never a shell line ({@link dev.banyan.agent.host.CommandLine}); {@link
 * dev.banyan.agent.host.HostCommand} runs it in the agent's own namespaces with a time limit and a bound on its output, and every failure
 * names what was run. Ports and settings belong to a {@link dev.banyan.agent.host.PortSpace} and a {@link
 * dev.banyan.agent.host.SettingsTree}, so that a test can have servers of its own. {@link dev.banyan.agent.host.PortHold} and its native
 * calls, and those of {@code host.process}, are the only use of {@code java.lang.foreign} in the agent. {@link dev.banyan.agent.host.CheckedFile} keeps what must survive a
 * restart: a reader sees an old file or a new one, never a torn one.
 *
 * <p>Guarantees: nothing here keeps state between calls but the open sockets of port holds. It does not decide: which commands are to run
 * is decided, as pure functions, in the rooms that call this one. Unlike other rooms of the agent it may be imported by all of them.
 */
@NullMarked
package dev.banyan.agent.host;

import org.jspecify.annotations.NullMarked;
