/**
 * Tests of JUnit that are played under many seeds.
 *
 * <p>A method with {@link dev.banyan.runtime.simulation.junit.SimulationTest} takes a {@link
 * dev.banyan.runtime.simulation.campaign.Trial}. {@code Played} plays it as a {@link dev.banyan.runtime.simulation.campaign.Campaign}: first
 * the schedules that are kept beside the test, then seeds. A failure ends with what a build is told to play it again.
 *
 * <p>The room needs {@code junit-jupiter-api}, which its users have; no other room does.
 */
@NullMarked
package dev.banyan.runtime.simulation.junit;

import org.jspecify.annotations.NullMarked;
