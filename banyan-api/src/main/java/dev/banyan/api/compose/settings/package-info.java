/**
 * What a service asks of its containers, read into {@link dev.banyan.api.v1.ContainerSettings}.
 *
 * <p>{@link dev.banyan.api.compose.settings.SettingsDecoder} reads the keys of one service, whose values have the right shape already,
 * refuses what the settings have no words for, and lays the rest against {@link dev.banyan.api.kinds.settings.SettingsRules}: a value
 * that admission would refuse is refused here, where it has a line. {@link dev.banyan.api.compose.settings.ContainerNames} looks at
 * the names of all services together.
 *
 * <p>Lists without an order are sorted, so that two files that mean the same give equal settings. Whether an agent grants what is asked
 * for is not known here.
 */
@NullMarked
package dev.banyan.api.compose.settings;

import org.jspecify.annotations.NullMarked;
