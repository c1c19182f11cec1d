/** What one process sees of another, and pipes between them. */
@NullMarked
package dev.banyan.agent.host.process;

import org.jspecify.annotations.NullMarked;
