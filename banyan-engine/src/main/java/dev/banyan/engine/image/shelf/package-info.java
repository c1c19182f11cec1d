/**
 * What the cluster's registry keeps, and for how long.
 *
 * <p>{@link dev.banyan.engine.image.shelf.RegistryDisk} reads from the registry's directory which images are there;
 * {@link dev.banyan.engine.image.shelf.Needs} reads from the store which of them releases and tasks name. A
 * {@link dev.banyan.engine.image.shelf.Clearance} decides from both which go: those that Banyan itself has brought, that nothing names, and
 * that nobody has asked for as long as the grace says. {@link dev.banyan.engine.image.shelf.ShelfKeeper} deletes them by the registry's API and,
 * once nothing is being pushed, has the registry give back the disk's room.
 *
 * <p><b>Guarantees.</b> What a release or a task names is never deleted, with all its parts. What people pushed under names of their own is never
 * deleted. Who asks for an image and finds it has it for the grace that follows: {@link dev.banyan.engine.image.shelf.Demand} is told first, and
 * what is being deleted is not found.
 *
 * <p><b>Caveats.</b> It is about this engine's registry alone, and reads its directory in the form in which Debian's docker-registry writes it.
 * What a push has brought is lost to that push when it pauses for half a minute and the registry collects; it begins again.
 */
@NullMarked
package dev.banyan.engine.image.shelf;

import org.jspecify.annotations.NullMarked;
