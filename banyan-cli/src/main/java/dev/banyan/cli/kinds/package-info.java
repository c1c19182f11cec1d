/**
 * The verbs about what users add to a cluster: kinds of their own, objects of those, and the controllers that keep them.
 *
 * <p>{@link dev.banyan.cli.kinds.KindVerbs} hands the verbs to the program. What people write is YAML or JSON ({@link
 * dev.banyan.cli.kinds.Tree}); what is stored is JSON, checked by the engine, which alone knows what is good. Every object is written under
 * the revision that was read, so that nothing is overwritten unseen.
 *
 * <p><b>Not here.</b> Banyan's own kinds, which have verbs of their own.
 */
@NullMarked
package dev.banyan.cli.kinds;

import org.jspecify.annotations.NullMarked;
