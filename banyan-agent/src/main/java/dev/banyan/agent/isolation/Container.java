package dev.banyan.agent.isolation;

import dev.banyan.agent.host.Ipv4Address;

/**
 * One container of this server, as far as packets go.
 *
 * @param link the server's end of its link
 * @param service whose it is, as {@code namespace/app.service}
 */
record Container(Ipv4Address address, String link, String service) {}
