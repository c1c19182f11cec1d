/**
 * What happens, in the JDK's own recordings.
 *
 * <p>{@link dev.banyan.runtime.jfr.FlightRecorder} is one observer for all places of {@link dev.banyan.runtime.observe}: give it to the
 * controllers and informers as their metrics, put an observed store around the store, and add it to shards or an elector. While nothing is
 * recorded an event costs an object that the compiler removes, and nothing is read or written for it.
 *
 * <table>
 * <caption>Events, in the category Banyan</caption>
 * <tr><th>Name</th><th>Is</th><th>Fields</th></tr>
 * <tr><td>{@code dev.banyan.Reconcile}</td><td>one reconcile, on its thread</td><td>controller, key, failures, lane, cause, waited, ending</td></tr>
 * <tr><td>{@code dev.banyan.Commit}</td><td>one commit, on its thread</td><td>key (the first), writes, outcome, revision</td></tr>
 * <tr><td>{@code dev.banyan.Relist}</td><td>a listing by an informer</td><td>informer, cause, objects, took</td></tr>
 * <tr><td>{@code dev.banyan.WatchBreak}</td><td>a watch that lost history</td><td>selection, reason</td></tr>
 * <tr><td>{@code dev.banyan.HandOver}</td><td>a share or a lead that this process takes or loses</td><td>group, acting, token</td></tr>
 * </table>
 *
 * <p><b>Caveats.</b> Keys are recorded, values never. Nothing here starts a recording: {@code jcmd PID JFR.start} does.
 */
@NullMarked
package dev.banyan.runtime.jfr;

import org.jspecify.annotations.NullMarked;
