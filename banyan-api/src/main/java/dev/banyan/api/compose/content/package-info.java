/**
 * The contents that a project gives its containers: secrets, configs, files and directories of the project itself.
 *
 * <p>{@link dev.banyan.api.compose.content.ProjectContents} reads each once, refuses what is too large or leads out of the project, and
 * answers a {@link dev.banyan.api.v1.ContentMount}, which names the content by its SHA-256. {@link
 * dev.banyan.api.compose.content.Grants} does so for the {@code secrets} and {@code configs} of a service. What was read is handed out as
 * {@link dev.banyan.api.compose.content.Content}s, to be sent to the cluster before the manifest that names them.
 *
 * <p><b>Guarantees.</b> Equal contents are one. A directory reads the same whatever order the disk has. No complaint shows what a content
 * holds. <b>Caveats.</b> Contents lie in memory, bounded by what an app may have. The value of an external secret or config is not here:
 * the cluster has it.
 */
@NullMarked
package dev.banyan.api.compose.content;

import org.jspecify.annotations.NullMarked;
