/**
 * What the cluster last said, kept on this server's disk: an agent that starts while no engine answers goes on with it.
 *
 * <p>A {@link dev.banyan.agent.kept.KeptLoop} follows an informer and hands its content, once it has changed and at most once a second, to a
 * {@link dev.banyan.agent.kept.KeptListing}, which replaces its file as a whole. At the next start the informer asks the listing for it,
 * only if no engine can be reached, and shows it as stale until one answers; then the difference is told like any other change. Kept are
 * the agent's own tasks. The data plane needs no copy: network and load balancer keep the plans they applied, which are newer than their
 * sources' copies could be.
 *
 * <p><b>Secrets.</b> Tasks hold the environment of their containers, which may be secret. The file is therefore encrypted and authenticated
 * (AES-256-GCM) under a random key of its own that lies with the agent's private key, and both files are readable by root alone. Whoever
 * copies the file without the key learns nothing; root on this server can read both, as it can read the environment of the containers
 * themselves.
 *
 * <p><b>Guarantees.</b> A file that is torn, changed, of another cluster or agent, or sealed with another key is set aside with a warning
 * and nothing is recalled from it. <b>Caveats.</b> The file may be a second older than what the agent knew when it died: nothing is to be
 * stopped or removed on the strength of it.
 */
@NullMarked
package dev.banyan.agent.kept;

import org.jspecify.annotations.NullMarked;
