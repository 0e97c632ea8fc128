using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands.Bench;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>Pricing makes objects for what is new in a game (a player, a market, an entry of the score sheet) and for nothing else.</summary>
public sealed class PriceStageAllocationTests
{
    private const int Rounds = 3;

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Most_events_are_priced_without_an_object(League league)
    {
        var game = BoardGame.Of(league, 1);
        var stage = Oddswire.Host.Composition.Pipeline.Price(league);
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, Topics.Of(league).ToDictionary(static topic => topic, static _ => 1));
        List<long> bytes = [];
        long updates = 0;
        for (var round = 1; round <= Rounds; round++)
        {
            // What is kept for later games (tables, strings) is there after the first round.
            bytes.Clear();
            var state = stage.Create(game.Id);
            foreach (var record in game.Records)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                stage.Process(state, record, output);
                bytes.Add(GC.GetAllocatedBytesForCurrentThread() - before);
                updates += output.Emitted;
                buffer.Clear();
                output.Clear();
            }
        }

        bytes.Sort();
        bytes[bytes.Count / 2].ShouldBe(0);
        updates.ShouldBeGreaterThan(Rounds * 1_000);
    }
}
