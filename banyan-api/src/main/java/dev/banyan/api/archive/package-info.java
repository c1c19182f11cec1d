/**
 * Files on their way between a computer and a container: tar streams, and where what they hold goes.
 *
 * <p>{@link dev.banyan.api.archive.TarWriter} writes entries in the form that every tar reads (POSIX.1-2001, with extended headers only
 * where a name or number is too long for the plain one), {@link dev.banyan.api.archive.TarReader} reads those of POSIX and GNU. {@link
 * dev.banyan.api.archive.CopyPlan} says where a copy goes by what is at its destination, as {@code docker cp} does, and {@link
 * dev.banyan.api.archive.Unpacking} brings a stream there through a {@link dev.banyan.api.archive.Place}, which is a directory of this
 * computer or of a container.
 *
 * <p><b>Guarantees.</b> A stream from a stranger never leads out of its place by its names. Nothing is kept in memory but one entry's
 * header, which is bounded, and what is to be done to directories at the end. <b>Caveats.</b> What a link in the place leads to is the
 * place's business. Devices, pipes and sparse files are left out, and named.
 */
@NullMarked
package dev.banyan.api.archive;

import org.jspecify.annotations.NullMarked;
