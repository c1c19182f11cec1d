/**
 * What the kernel remembers of flows, told sooner than by a program where that can be.
 *
 * <p>Whoever changes where datagrams are led asks {@code conntrack} which flows there are, and has it forget some. The program looks
 * through the whole table for that. {@link dev.banyan.agent.host.flow.FlowFile} stands before it and answers the question from the
 * kernel's own list.
 *
 * <p>Guarantees: the same flows are told either way. It forgets nothing itself: that is left to the program.
 */
@NullMarked
package dev.banyan.agent.host.flow;

import org.jspecify.annotations.NullMarked;
