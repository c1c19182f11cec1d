/**
 * What the names of the cluster's services mean.
 *
 * <p>{@link dev.banyan.agent.dns.zone.ZonePlan} turns services and their endpoints, as the agent's caches show them, into a list of {@link
 * dev.banyan.agent.dns.zone.ZoneService}, which {@link dev.banyan.agent.dns.zone.ZoneFormat} keeps on disk. {@link
 * dev.banyan.agent.dns.zone.Zone} is that list made ready for questions: a name and who asks for it lead to what is {@link
 * dev.banyan.agent.dns.zone.Found}.
 *
 * <p>A service {@code web} of the app {@code shop} is {@code web.shop.internal}, its virtual address; {@code tasks.web.shop.internal}, the
 * addresses of its replicas that are ready; and {@code web-0.shop.internal}, the address of one of them under the name that its container
 * has. Whoever belongs to the app may leave its domain away. Where two things have one name, a service comes before an alias, and an alias
 * before what is made of names and numbers.
 *
 * <p>Everything is pure and immutable. It knows nothing of packets. IPv6 addresses are the twins of those
 * that it knows, of services that have them.
 */
@NullMarked
package dev.banyan.agent.dns.zone;

import org.jspecify.annotations.NullMarked;
