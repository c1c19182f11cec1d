/**
 * What a project says about where its images come from: fetched, or built on the user's machine.
 *
 * <p>{@link dev.banyan.api.compose.image.ImageNeeds} reads it from the tree of a project, after the tree was checked, into one {@link
 * dev.banyan.api.compose.image.ImageNeed} for each service. It is for those who prepare a run; the cluster itself is told only which images run.
 *
 * <p><b>Guarantees.</b> A project that was loaded can be read without errors; paths are absolute. <b>Caveats.</b> Whether the builder of a machine
 * can do what a {@link dev.banyan.api.compose.image.Build} asks for is not known here.
 */
@NullMarked
package dev.banyan.api.compose.image;

import org.jspecify.annotations.NullMarked;
