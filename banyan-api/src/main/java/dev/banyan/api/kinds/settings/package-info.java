/**
 * What a service may ask of its containers, and which of it an agent must grant.
 *
 * <p>A {@link dev.banyan.api.v1.ContainerSettings} is made by the Compose loader, checked by {@link
 * dev.banyan.api.kinds.settings.SettingsRules} there, so that a mistake has a line, and again by admission, whoever sends it.
 * {@link dev.banyan.api.kinds.settings.Privileges} reads from it what goes beyond an ordinary container; scheduling leaves out agents
 * that do not grant all of that, and the agent itself looks again before it starts anything.
 *
 * <p>Everything is denied by default. Nothing here looks at a server: whether a device is there, only its agent knows.
 */
@NullMarked
package dev.banyan.api.kinds.settings;

import org.jspecify.annotations.NullMarked;
