/**
 * The name server of this agent's containers, and of others whose own agent does not answer.
 *
 * <p>A container asks the address at which its link ends on the server, and next {@link dev.banyan.agent.dns.NamesTable#helperAddress one
 * address} that stands for the name servers of up to three other agents. {@link dev.banyan.agent.dns.NamesTable} leads packets to either:
 * to the socket of this agent, which listens on a loopback address that nothing else uses, so that a server that has a name server of its
 * own keeps it; or to the other agents. {@link dev.banyan.agent.dns.UdpDoor} and {@link dev.banyan.agent.dns.TcpDoor} take the questions to
 * the {@link dev.banyan.agent.dns.Desk}. There a {@link dev.banyan.agent.dns.Responder} decides, as a pure function, from the {@linkplain
 * dev.banyan.agent.dns.zone zone} what each packet is answered; what is not the cluster's is {@linkplain dev.banyan.agent.dns.upstream asked
 * of others}. {@link dev.banyan.agent.dns.NamesLoop} keeps zone and table equal to the cluster, and both on disk.
 *
 * <p><b>Guarantees.</b> Names of services that exist are answered whether an engine can be reached or not, also after a restart. While
 * nothing is known nothing is denied. A packet of any content makes no more than one answer or none. Only containers of the cluster
 * are heard.
 *
 * <p><b>Caveats.</b> A name says where a service is, not that it works. The names of one app can be asked for, by their full form, from
 * every other. When an agent dies, a lookup of its containers takes a second more, the time after which they ask the next server.
 */
@NullMarked
package dev.banyan.agent.dns;

import org.jspecify.annotations.NullMarked;
