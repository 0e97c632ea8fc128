using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// Time-outs that both sides have left, counted from the start: three in each half, two in overtime (NFL rule 4-5; 16-1), less those that plays say were taken.
/// </summary>
internal struct RunningTimeouts()
{
    private const int OfHalf = 3;
    private const int OfOvertime = 2;

    private int _half;

    /// <summary>Home's.</summary>
    public int Home { get; private set; } = OfHalf;

    /// <summary>The visitors'.</summary>
    public int Away { get; private set; } = OfHalf;

    /// <summary>Takes in the next play.</summary>
    public void Advance(GameCenterDocument game, GameCenterPlay play)
    {
        var half = play.Quarter switch { <= 2 => 0, <= 4 => 1, _ => 2 };
        if (half > _half)
        {
            _half = half;
            Home = Away = half == 1 ? OfHalf : OfOvertime;
        }

        switch (game.SideOf(play.Stats.Timeout))
        {
            case Side.Home: Home = Math.Max(0, Home - 1); break;
            case Side.Away: Away = Math.Max(0, Away - 1); break;
            default: break;
        }
    }

    /// <summary>
    /// What is left after each play: counted where the document holds the whole game; else what the header says for the newest play, and not known for others.
    /// </summary>
    public static (int? Home, int? Away)[] After(GameCenterDocument game)
    {
        var left = new (int? Home, int? Away)[game.Plays.Count];
        if (game.IsWhole)
        {
            var running = new RunningTimeouts();
            for (var i = 0; i < left.Length; i++)
            {
                running.Advance(game, game.Plays[i]);
                left[i] = (running.Home, running.Away);
            }
        }
        else if (left.Length > 0)
        {
            left[^1] = (game.Home.Timeouts, game.Away.Timeouts);
        }

        return left;
    }
}
