/**
 * The apps of {@code examples/apps}, brought up as they are on three servers, and asked from outside whether they do what they are for.
 *
 * <p><b>Expected flow.</b> {@link dev.banyan.samples.SamplesTest} starts one {@link dev.banyan.harness.Cluster}, pushes the images that
 * the apps are made of, and hands each {@link dev.banyan.samples.Sample} over by {@code banyan-cli up}. A test sends requests to its
 * published ports on all servers, and removes the app with its volumes.
 *
 * <p><b>Guarantees.</b> Nothing of an app is written here but what it answers: the Compose files and programs are those that a reader of
 * the examples gets.
 */
@NullMarked
package dev.banyan.samples;

import org.jspecify.annotations.NullMarked;
