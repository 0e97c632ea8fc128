namespace Oddswire.Core.Ports;

/// <summary>How the partitions of a group fall on its members; the same rule in every engine of our own.</summary>
public static class GroupMembers
{
    /// <summary>
    /// The owner of a partition: members in the order in which they joined take turns, so that a newcomer takes partitions only where
    /// there are enough, and a group of one partition keeps its first member.
    /// </summary>
    /// <param name="partition">From 0.</param>
    /// <param name="membersByAge">Live members, the oldest first; may be empty.</param>
    /// <returns>The owner; null when there are no members.</returns>
    public static string? OwnerOf(int partition, IReadOnlyList<string> membersByAge) =>
        membersByAge.Count == 0 ? null : membersByAge[partition % membersByAge.Count];
}

/// <summary>Checks on what a worker asks for, with the same messages in every engine.</summary>
public static class LogChecks
{
    /// <summary>The number of partitions that a worker's inputs share; 1 for a source.</summary>
    /// <param name="spec">The worker.</param>
    /// <param name="partitionsOf">Partitions of a topic, 0 when it does not exist.</param>
    /// <exception cref="LogConfigurationException">An input does not exist, or the inputs differ in their number of partitions.</exception>
    public static int PartitionsOf(WorkerSpec spec, Func<string, int> partitionsOf)
    {
        var shared = 0;
        foreach (var topic in spec.Inputs)
        {
            var partitions = partitionsOf(topic);
            if (partitions == 0)
            {
                throw UnknownTopic(topic);
            }

            if (shared != 0 && partitions != shared)
            {
                throw new LogConfigurationException(
                    $"The inputs of group '{spec.Group}' differ in their number of partitions: '{spec.Inputs[0]}' has {shared}, '{topic}' has {partitions}. "
                    + "Give them the same number, so that one member gets all records of a game.");
            }

            shared = partitions;
        }

        return Math.Max(1, shared);
    }

    /// <summary>There is no such topic.</summary>
    public static LogConfigurationException UnknownTopic(string topic) =>
        new($"The topic '{topic}' does not exist in the log: it was never made, or it was deleted. On Kafka 'oddswire topics apply' makes it.");

    /// <summary>There is no such partition.</summary>
    public static LogConfigurationException UnknownPartition(TopicPartition partition, int partitions) =>
        new($"The topic '{partition.Topic}' has partitions 0 to {partitions - 1}; there is no partition {partition.Partition}.");

    /// <summary>A topic exists with another number of partitions.</summary>
    public static LogConfigurationException OtherPartitionCount(TopicSpec wanted, int existing) =>
        new($"The topic '{wanted.Name}' exists with {existing} partition(s), {wanted.Partitions} asked for. The number of partitions "
            + "decides where the records of a game lie and cannot be changed: ask for the existing number, or begin with a fresh data folder.");

    /// <summary>A partition belongs to another member.</summary>
    public static FencedException NotOwned(string group, int partition) =>
        new($"Partition {partition} of group '{group}' does not belong to this worker (any more); nothing was committed. Drop what was read and poll again.");
}
