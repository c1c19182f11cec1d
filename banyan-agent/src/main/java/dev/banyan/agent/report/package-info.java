/**
 * What this server says of itself: capacity, versions, address, and which revision its data plane carries.
 *
 * <p>Parts of the agent hand in what they know; the report is one object that only this agent writes. It is written when something
 * changed, such as an address of the server, and a newer applied revision alone at most every ten seconds: fifty agents must not turn
 * every change into fifty writes.
 */
@NullMarked
package dev.banyan.agent.report;

import org.jspecify.annotations.NullMarked;
