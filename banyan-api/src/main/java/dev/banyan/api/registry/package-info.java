/**
 * Image registries as those see them who bring images in: names, contents, and the transfer from one place to another.
 *
 * <p>An {@link dev.banyan.api.registry.ImageName} is what a Compose file says, read by Docker's rules; it knows where the cluster's own
 * registry keeps that image. A {@link dev.banyan.api.registry.Registry} is one registry behind the HTTP API of the distribution
 * specification, with its ways of asking who one is. {@link dev.banyan.api.registry.ImageCopy} moves one image from an {@link
 * dev.banyan.api.registry.ImageSource} into a registry: first what it consists of, then the blobs that are not there yet, last the
 * manifests, so that a name never leads to half an image.
 *
 * <p><b>Guarantees.</b> Every content is compared with its digest and its size on the way. A login is shown to the registry it is for and to the
 * token server which that registry names, over TLS unless the registry itself is plain, and never to a host that a redirect names. Logins do not
 * show in texts.
 *
 * <p><b>Caveats.</b> One blob after the other; a blob that was cut begins again. Nothing here is kept on disk, and nothing decides which image is
 * wanted.
 */
@NullMarked
package dev.banyan.api.registry;

import org.jspecify.annotations.NullMarked;
