/**
 * Traces by OpenTelemetry's API: what a reconcile did, and how long each step of it took.
 *
 * <p>{@link dev.banyan.runtime.opentelemetry.Tracing} opens a span for each reconcile and makes it the current one of the reconcile's thread, so
 * that spans of clients that the reconciler calls become its children; a span for each commit is one of them. Give it to a controller as its
 * metrics, and put an {@link dev.banyan.runtime.observe.ObservedStore} with it around the store that the controller writes to.
 *
 * <table>
 * <caption>Spans and their attributes</caption>
 * <tr><th>Span</th><th>Attributes</th></tr>
 * <tr><td>{@code reconcile CONTROLLER}</td><td>{@code banyan.controller}, {@code banyan.key}, {@code banyan.attempt} (from 1, counting failures
 * in a row), {@code banyan.lane}, {@code banyan.cause}, {@code banyan.cause.revision}, {@code banyan.waited.ms}, {@code banyan.outcome}</td></tr>
 * <tr><td>{@code commit}</td><td>{@code banyan.key} (the first), {@code banyan.writes}, {@code banyan.outcome}, {@code banyan.revision}</td></tr>
 * </table>
 *
 * <p><b>Guarantees.</b> A reconcile that failed has the status of an error and the exception as an event. A span's scope is closed on the thread
 * that opened it. <b>Caveats.</b> {@code banyan.cause.revision} is the store's revision that made the key due and {@code banyan.revision} that
 * which a commit made: by them a trace is found that another one caused, there is no link. Tasks that a reconciler starts itself do not have
 * its context. Only the API is needed, which nothing else of this library does; the program brings the SDK.
 */
@NullMarked
package dev.banyan.runtime.opentelemetry;

import org.jspecify.annotations.NullMarked;
