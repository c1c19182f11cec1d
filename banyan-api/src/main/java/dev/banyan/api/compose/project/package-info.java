/**
 * All files of a project become one tree.
 *
 * <p>{@link dev.banyan.api.compose.project.ProjectLoader} takes a {@link dev.banyan.api.compose.project.Request}: which files, from
 * where, with which variables and profiles. A launch finds the variables and the files; a level reads the files of one project, fills
 * in variables, shapes each, resolves {@code extends} within it, takes in what it includes, which is a level of its own, and joins the
 * files in their order. Then environments are completed from their files, services of other profiles left out, and what must hold in
 * the end is checked. What comes out is a {@link dev.banyan.api.compose.project.Project}.
 *
 * <p><b>Guarantees.</b> All mistakes of all files are found in one pass, each with its place. However files refer to each other, only
 * so many are read, and only so much. <b>Caveats.</b> Paths in the tree are seen from the project's directory. This room does no I/O:
 * texts come through {@link dev.banyan.api.compose.project.ProjectFiles}.
 */
@NullMarked
package dev.banyan.api.compose.project;

import org.jspecify.annotations.NullMarked;
