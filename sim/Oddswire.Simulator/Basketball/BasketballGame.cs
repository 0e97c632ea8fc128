using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Basketball;

/// <summary>A basketball game told in liveData documents (docs/feeds.md): a box score, then one action each.</summary>
internal sealed partial class BasketballGame : SimulatedGame
{
    private readonly List<BasketballAction> _actions;
    private readonly int[] _times;

    public BasketballGame(Fixture fixture)
        : base(fixture)
    {
        _actions = new BasketballModel(fixture).Play();
        _times = Pace(fixture, _actions);
    }

    /// <summary>The actions, in the vendor's order.</summary>
    public IReadOnlyList<BasketballAction> Actions => _actions;

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlayTimes => _times;

    /// <inheritdoc/>
    public override Score Final => _actions[^1].Score;

    /// <inheritdoc/>
    public override int Periods => _actions[^1].Period;

    /// <inheritdoc/>
    public override bool CanBeCorrected(int play, bool atOnce)
    {
        var action = _actions[play];
        return atOnce
            ? action is { Kind: BasketballActionKind.TwoPointer, IsMade: true }
            : action is { Kind: BasketballActionKind.TwoPointer or BasketballActionKind.ThreePointer or BasketballActionKind.Rebound, Player: >= 0 };
    }

    /// <summary>
    /// The clock runs as in the arena; breaks are shorter: time-outs 30 s, between quarters 45 s. Actions at the same clock follow one another by
    /// a second or so.
    /// </summary>
    private static int[] Pace(Fixture fixture, List<BasketballAction> actions)
    {
        var random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 21));
        var times = new int[actions.Count];
        var at = 1000;
        for (var i = 0; i < actions.Count; i++)
        {
            if (i > 0)
            {
                var ran = actions[i].Period == actions[i - 1].Period ? (actions[i - 1].ClockTenths - actions[i].ClockTenths) * 100 : 0;
                at += ran + actions[i - 1].Kind switch
                {
                    BasketballActionKind.Timeout => 30_000,
                    BasketballActionKind.PeriodEnd => actions[i].Kind == BasketballActionKind.GameEnd ? 3_000 : 45_000,
                    BasketballActionKind.Foul => random.Between(3_000, 9_000),
                    BasketballActionKind.FreeThrow => random.Between(4_000, 8_000),
                    _ => random.Between(200, 900),
                };
            }

            times[i] = at;
        }

        return times;
    }
}
