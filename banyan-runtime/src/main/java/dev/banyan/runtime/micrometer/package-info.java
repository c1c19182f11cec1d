/**
 * Figures in a Micrometer registry.
 *
 * <p>{@link dev.banyan.runtime.micrometer.MicrometerMetrics} is one object for a process: it is given to controllers, informers and auditors as
 * their metrics and to an observed store, which tell it what happens; and it is told of informers, components and electors, which it asks when
 * a registry is read. Names are written as Prometheus shows them.
 *
 * <table>
 * <caption>All figures. A tag is the name of a thing that the program has made, or one of a few words; a key never is one</caption>
 * <tr><th>Name</th><th>Tags</th><th>Is</th></tr>
 * <tr><td>banyan_reconcile_seconds</td><td>controller, ending</td><td>timer of reconciles</td></tr>
 * <tr><td>banyan_queue_wait_seconds</td><td>controller, lane</td><td>timer: due until run</td></tr>
 * <tr><td>banyan_queue_depth</td><td>controller, lane</td><td>keys that are due</td></tr>
 * <tr><td>banyan_queue_oldest_seconds</td><td>controller, lane</td><td>how long the oldest of them has been due</td></tr>
 * <tr><td>banyan_queue_waiting, _running, _held</td><td>controller</td><td>keys that wait for a time, run, wait for their caches</td></tr>
 * <tr><td>banyan_retry_keys</td><td>controller</td><td>keys whose last run failed</td></tr>
 * <tr><td>banyan_reconcile_stalled</td><td>controller</td><td>keys that wait for an event</td></tr>
 * <tr><td>banyan_reconcile_overdue</td><td>controller</td><td>keys that run past their deadline now</td></tr>
 * <tr><td>banyan_reconcile_stuck_total</td><td>controller</td><td>reconciles that have passed it</td></tr>
 * <tr><td>banyan_reconcile_hot_total</td><td>controller</td><td>keys that were found to run for nothing</td></tr>
 * <tr><td>banyan_handler_coalesced_total</td><td>controller</td><td>events that met a key which was to run already</td></tr>
 * <tr><td>banyan_handler_failures_total</td><td>controller</td><td>events for which a mapper or filter threw</td></tr>
 * <tr><td>banyan_write_conflicts_total, banyan_fence_rejects_total</td><td>controller</td><td>commits that met another write; that were
 * refused under a view or lead of the past</td></tr>
 * <tr><td>banyan_stale_holds_total</td><td>controller</td><td>keys that ran although their caches were late</td></tr>
 * <tr><td>banyan_informer_list_seconds</td><td>informer, cause</td><td>timer of listings</td></tr>
 * <tr><td>banyan_informer_quarantines_total</td><td>informer</td><td>objects that were put into quarantine</td></tr>
 * <tr><td>banyan_informer_objects, _bytes, _quarantined</td><td>informer</td><td>what it holds now</td></tr>
 * <tr><td>banyan_informer_revision, _lag_revisions, _lag_seconds</td><td>informer</td><td>how far it is, and how far behind</td></tr>
 * <tr><td>banyan_informer_stale</td><td>informer</td><td>1 while it shows what was kept from an earlier life</td></tr>
 * <tr><td>banyan_audit_keys_total, _differences_total, _skips_total</td><td>cache</td><td>what auditors compared, found, could not look at</td></tr>
 * <tr><td>banyan_store_commit_seconds</td><td>outcome</td><td>timer of commits</td></tr>
 * <tr><td>banyan_store_resyncs_total</td><td>reason</td><td>watches that lost history</td></tr>
 * <tr><td>banyan_component_ready</td><td>component</td><td>1 while it does its work</td></tr>
 * <tr><td>banyan_view_revision, banyan_view_members</td><td>-</td><td>the view that this process acts under; 0 without one</td></tr>
 * <tr><td>banyan_leader_leads</td><td>election</td><td>1 while this process leads</td></tr>
 * </table>
 *
 * <p><b>Caveats.</b> The figures of a queue are those of its controller's last turn, at most once a second: one that does nothing shows its last.
 * Needs micrometer-core on the class path, which nothing else of this library does.
 */
@NullMarked
package dev.banyan.runtime.micrometer;

import org.jspecify.annotations.NullMarked;
