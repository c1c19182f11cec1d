/**
 * What befalls whole hosts: clocks that drift and jump, and machines that stand still for a while.
 *
 * <p>{@link dev.banyan.runtime.simulation.weather.HostWeather} asks the fault plan for each host at regular times and does what it says.
 */
@NullMarked
package dev.banyan.runtime.simulation.weather;

import org.jspecify.annotations.NullMarked;
