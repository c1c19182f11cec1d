/**
 * What of this machine goes to the cluster with an app.
 *
 * <p>{@link dev.banyan.cli.content.DiskFiles} shows the loader the files of this machine; {@link dev.banyan.cli.content.ContentUpload} asks
 * the cluster which of the contents that the loader found it lacks, and sends those in parts, before the app that names them.
 *
 * <p><b>Guarantees.</b> What the cluster has is not sent again. <b>Caveats.</b> A file that changes while it is read is sent as it was read:
 * its digest is made from what is sent.
 */
@NullMarked
package dev.banyan.cli.content;

import org.jspecify.annotations.NullMarked;
