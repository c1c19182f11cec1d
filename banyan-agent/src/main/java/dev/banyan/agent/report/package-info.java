/**
 * What this server says of itself: capacity, versions, address, and which revision its data plane carries.
 *
 * <p>Parts of the agent hand in what they know; the report is one object that only this agent writes. It is written when something
 * changed, such as an address of the server. A newer applied revision alone is written at once after a pause, since somebody may wait for
 * the confirmation, and at most ten times a second, since fifty agents must not turn every change into fifty writes; the digest of the rules
 * goes with the next write, or follows a second later.
 */
@NullMarked
package dev.banyan.agent.report;

import org.jspecify.annotations.NullMarked;
