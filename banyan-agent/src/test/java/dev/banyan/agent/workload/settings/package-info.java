/** What a task's settings mean, looked at by itself. */
@NullMarked
package dev.banyan.agent.workload.settings;

import org.jspecify.annotations.NullMarked;
