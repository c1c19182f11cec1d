/**
 * What may enter: checks a manifest whole, and writes it whole or not at all.
 *
 * <p>{@link dev.banyan.engine.admission.Admission} validates every field again (whoever the client is), resolves images to digests,
 * and writes Release, Deployment and the claims of published ports in one commit, under the revision that the caller saw. A refusal
 * carries all reasons with their field paths; nothing is written then. Two callers that want one port meet at the claim's key, which only
 * one of them can create.
 *
 * <p>{@link dev.banyan.engine.admission.Admission#plan} answers the same questions and writes nothing: what it refuses is what would be
 * refused.
 */
@NullMarked
package dev.banyan.engine.admission;

import org.jspecify.annotations.NullMarked;
