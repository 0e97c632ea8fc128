namespace Oddswire.Feeds.Nfl;

/// <summary>
/// The clock and the next snap after a play. A live message says them in its header; in a document of several plays they are those of the play that
/// follows, and only the newest play has the header's.
/// </summary>
/// <param name="ClockTenths">Tenths of a second left in the play's quarter; -1 when not known.</param>
/// <param name="Next">The next snap; <c>default</c> when not known.</param>
internal readonly record struct PlayAfter(int ClockTenths, Snap Next)
{
    /// <summary>What follows the play at <paramref name="index"/>.</summary>
    public static PlayAfter Of(GameCenterDocument game, int index)
    {
        var plays = game.Plays;
        var play = plays[index];
        if (index == plays.Count - 1)
        {
            var clock = play.EndsPeriod || game.Quarter > play.Quarter || game.Status == GameCenterStatus.Halftime ? 0 : game.ClockTenths;
            return new PlayAfter(clock, game.IsFinal ? default : game.Next);
        }

        return new PlayAfter(play.EndsPeriod ? 0 : ClockAfter(plays, index), NextSnap(plays, index));
    }

    private static int ClockAfter(List<GameCenterPlay> plays, int index)
    {
        var play = plays[index];
        for (var i = index + 1; i < plays.Count; i++)
        {
            var next = plays[i];
            if (next.Quarter > play.Quarter || (next.Quarter == play.Quarter && next.EndsPeriod))
            {
                return 0;
            }

            // A remark has no time, and a late entry may bear an earlier quarter's or clock's.
            if (next.Quarter == play.Quarter && next.ClockTenths >= 0)
            {
                return play.ClockTenths < 0 ? next.ClockTenths : Math.Min(play.ClockTenths, next.ClockTenths);
            }
        }

        return play.ClockTenths;
    }

    private static Snap NextSnap(List<GameCenterPlay> plays, int index)
    {
        for (var i = index + 1; i < plays.Count; i++)
        {
            if (!plays[i].Snap.Offence.IsNone)
            {
                return plays[i].Snap;
            }
        }

        return default;
    }
}
