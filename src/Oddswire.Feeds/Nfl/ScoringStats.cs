using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// Who scored on a play, read off its players' statistics. Statistics stand for the final ruling: a reversed or nullified score has none.
/// The statIds are the league's (game statistics and information system); see docs/feeds.md.
/// </summary>
internal struct ScoringStats
{
    private ClubCode _touchdown;
    private ClubCode _fieldGoal;
    private ClubCode _extraPoint;
    private ClubCode _twoPoints;
    private ClubCode _defensiveTry;
    private ClubCode _safety;
    private ClubCode _timeout;
    private int _touchdownSequence;

    /// <summary>Whether nobody scored.</summary>
    public readonly bool IsEmpty =>
        _touchdown.IsNone && _fieldGoal.IsNone && _extraPoint.IsNone && _twoPoints.IsNone && _defensiveTry.IsNone && _safety.IsNone;

    /// <summary>The club that took a time-out; none otherwise.</summary>
    public readonly ClubCode Timeout => _timeout;

    /// <summary>Takes in one statistic.</summary>
    /// <param name="statId">The league's number of the statistic.</param>
    /// <param name="club">The club it is credited to.</param>
    /// <param name="sequence">Its place in the play; the last touchdown is the one that counts.</param>
    public void Add(int statId, ClubCode club, int sequence)
    {
        switch (statId)
        {
            // Touchdowns: rush 11, 13; pass 16 (passer), 22, 24; interception 26, 28; punt return 34, 36; kick-off return 46, 48;
            // fumble recovery 56, 58 (own), 60, 62 (opponent's); any other way, blocked kicks among them, 64.
            case 11 or 13 or 16 or 22 or 24 or 26 or 28 or 34 or 36 or 46 or 48 or 56 or 58 or 60 or 62 or 64:
                if (_touchdown.IsNone || sequence >= _touchdownSequence)
                {
                    (_touchdown, _touchdownSequence) = (club, sequence);
                }

                break;
            case 68: _timeout = club; break;
            case 70: _fieldGoal = club; break;
            case 72: _extraPoint = club; break;
            case 75 or 77 or 104: _twoPoints = club; break;
            case 89: _safety = club; break;
            case 404 or 406: _defensiveTry = club; break;
            default: break;
        }
    }

    /// <summary>Points of the play.</summary>
    public readonly Score Points(GameCenterDocument game) =>
        IsEmpty
            ? default
            : Worth(game, _touchdown, 6) + Worth(game, _fieldGoal, 3) + Worth(game, _extraPoint, 1)
                + Worth(game, _twoPoints, 2) + Worth(game, _defensiveTry, 2) + Worth(game, _safety, 2);

    private static Score Worth(GameCenterDocument game, ClubCode club, int points) => game.SideOf(club) switch
    {
        Side.Home => new Score(points, 0),
        Side.Away => new Score(0, points),
        _ => default,
    };
}
