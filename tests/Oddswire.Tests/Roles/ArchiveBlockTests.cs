using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles;

namespace Oddswire.Tests.Roles;

/// <summary>What of the log makes up a block of the archive.</summary>
public sealed class ArchiveBlockTests
{
    [Fact]
    public void Offsets_without_records_are_no_part_of_a_range()
    {
        using var block = new ArchiveBlock(League.Nba, 0);
        var partition = new TopicPartition(Topics.Normalized(League.Nba), 0);
        block.Add(RecordBatch.Thinned(partition, 0, 5, [], default, default));
        block.Seal(default, 0);
        block.Parts.ShouldBeEmpty();
    }
}
