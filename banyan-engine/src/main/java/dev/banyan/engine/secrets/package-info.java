/**
 * Whatever users give apps that nobody else shall read is sealed here before it is stored, and opened here for the one agent that needs it.
 *
 * <p>The cluster has one {@link dev.banyan.engine.secrets.KeyEncryptionKey} that seals, which lies beside the authority's key and never in the store. A
 * {@link dev.banyan.engine.secrets.Vault} seals with it: each box under a random data key of its own, bound to a purpose, so that a box that
 * is moved to another place does not open. Admission hands a manifest to {@link dev.banyan.engine.secrets.ManifestSealing}, which puts sealed
 * environments in the place of values and keyed digests in the place of the digests under which contents travelled. {@link
 * dev.banyan.engine.secrets.ContentStore} keeps contents in parts, {@link dev.banyan.engine.secrets.ValueStore} the cluster's own secrets
 * and configs. {@link dev.banyan.engine.secrets.Disclosure} opens what one task needs, {@link dev.banyan.engine.secrets.ContentSweep}
 * forgets contents that no release names. {@link dev.banyan.engine.secrets.KeyRotation} seals anew when a {@link
 * dev.banyan.engine.secrets.Keyring} has a new key.
 *
 * <p><b>Guarantees.</b> AES-256-GCM: what opens is what was sealed, there and for that. No digest that is stored can be tried without the
 * key. Material goes to the agent that a task is assigned to, in its newest session, while the task is to run. <b>Caveats.</b> Who has the
 * key and the store has everything. Names, sizes and the times of changes are no secret. A lost key cannot be replaced: what was sealed with
 * it is gone.
 */
@NullMarked
package dev.banyan.engine.secrets;

import org.jspecify.annotations.NullMarked;
