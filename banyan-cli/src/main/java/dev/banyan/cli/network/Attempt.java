package dev.banyan.cli.network;

import dev.banyan.api.v1.Probe;

/**
 * Something that an agent is asked to try.
 *
 * @param from the agent that tries
 * @param to the service, or {@code agent NAME}
 * @param what of it, for people
 * @param end the agent at the other end; empty where there is none
 */
record Attempt(String from, String to, String what, String end, Probe probe) {}
