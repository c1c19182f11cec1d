/**
 * How a daemon learns its settings: flag before environment before file before default.
 *
 * <p>A daemon lists its {@link dev.banyan.api.config.Option}s once. {@link dev.banyan.api.config.Settings} takes the command line, the
 * environment and a YAML file, refuses what it does not know, and answers each value together with where it came from. All problems are
 * reported at once.
 *
 * <p>{@link dev.banyan.api.config.DaemonProgram} is the command line over them: verbs, help and suggestions by picocli, which only those who
 * use this class need.
 *
 * <p>Nothing here gives a value a meaning beyond its form.
 */
@NullMarked
package dev.banyan.api.config;

import org.jspecify.annotations.NullMarked;
