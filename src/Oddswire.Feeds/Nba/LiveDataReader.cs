using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using static Oddswire.Feeds.Json.JsonFields;
using static Oddswire.Feeds.Nba.LiveDataValues;

namespace Oddswire.Feeds.Nba;

/// <summary>Reads the two liveData documents, play-by-play and box score, in one pass and without a document model.</summary>
internal ref struct LiveDataReader
{
    private const long MaxOrder = 1_000_000_000_000;
    private const int MaxNumber = 99_999_999;
    private const int MaxPlayers = 30;

    [ThreadStatic]
    private static StringCache? _cache;

    private readonly StringCache _strings = _cache ??= new StringCache();
    private readonly GameId? _expected;
    private readonly List<LiveDataAction>? _actions;
    private Utf8JsonReader _json;
    private LiveDataTeam? _home;
    private LiveDataTeam? _away;
    private Timestamp _startsAt;
    private int _regulationPeriods = 4;
    private string? _gameId;

    private LiveDataReader(ReadOnlySpan<byte> body, GameId? expected, List<LiveDataAction>? actions)
    {
        (_expected, _actions) = (expected, actions);
        _json = Open(body);
    }

    /// <summary>Reads a document of either kind.</summary>
    /// <param name="body">The vendor's bytes.</param>
    /// <param name="expected">The game whose channel it came by; null to take the document's word for it.</param>
    /// <param name="actions">Takes the actions in the document's order; null to pass over them.</param>
    /// <param name="gameId">The vendor's id of the game; null when it was expected.</param>
    /// <returns>The box score; null for a play-by-play.</returns>
    /// <exception cref="FeedFormatException">The document is malformed, or of another game.</exception>
    public static LiveDataBoxScore? Read(ReadOnlySpan<byte> body, GameId? expected, List<LiveDataAction>? actions, out string? gameId)
    {
        try
        {
            var reader = new LiveDataReader(body, expected, actions);
            return reader.ReadRoot(out gameId);
        }
        catch (JsonException inner)
        {
            throw Malformed(inner);
        }
    }

    private LiveDataBoxScore? ReadRoot(out string? gameId)
    {
        var hasGame = false;
        while (NextProperty(ref _json))
        {
            if (!Is(ref _json, "game"u8))
            {
                Skip(ref _json);
            }
            else if (hasGame)
            {
                throw BadValue(ref _json, "game", "one game a document");
            }
            else if (EnterObject(ref _json, "game"))
            {
                hasGame = true;
                ReadGame();
            }
        }

        Close(ref _json);
        if (!hasGame)
        {
            throw Missing("game", "The document");
        }

        gameId = _gameId;
        return (_home, _away) switch
        {
            ({ } home, { } away) => new LiveDataBoxScore(_gameId ?? "", _startsAt, _regulationPeriods, home, away),
            (null, null) => null,
            _ => throw Missing(_home is null ? "homeTeam" : "awayTeam", "The box score"),
        };
    }

    private void ReadGame()
    {
        var (hasId, hasActions) = (false, false);
        while (NextProperty(ref _json))
        {
            switch (_json.ValueSpan)
            {
                case var name when name.SequenceEqual("gameId"u8): hasId = ReadGameId(); break;
                case var name when name.SequenceEqual("actions"u8): hasActions = ReadActions(); break;
                case var name when name.SequenceEqual("homeTeam"u8): _home = ReadTeam("homeTeam"); break;
                case var name when name.SequenceEqual("awayTeam"u8): _away = ReadTeam("awayTeam"); break;
                case var name when name.SequenceEqual("gameTimeUTC"u8): _startsAt = Time(ref _json, "gameTimeUTC"); break;
                case var name when name.SequenceEqual("regulationPeriods"u8): _regulationPeriods = Int(ref _json, "regulationPeriods", 1, 20) ?? 4; break;
                default: Skip(ref _json); break;
            }
        }

        if (!hasId)
        {
            throw Missing("gameId", "The game");
        }

        if (!hasActions && _home is null && _away is null)
        {
            throw Missing("actions", "The game");
        }
    }

    private bool ReadGameId()
    {
        if (!EnterText(ref _json, "gameId"))
        {
            return false;
        }

        if (_expected is { } expected)
        {
            return Ascii.Equals(_json.ValueSpan, expected.VendorId) ? true : throw WrongGame(ref _json, expected.Value);
        }

        _gameId = Decoded(ref _json, "gameId");
        return GameId.IsVendorId(_gameId) ? true : throw BadValue(ref _json, "gameId", "a game id such as 0022400695");
    }

    private LiveDataTeam? ReadTeam(string field)
    {
        if (!EnterObject(ref _json, field))
        {
            return null;
        }

        var (id, code, city, name) = (0L, "", "", "");
        List<LiveDataPlayer> players = [];
        while (NextProperty(ref _json))
        {
            switch (_json.ValueSpan)
            {
                case var property when property.SequenceEqual("teamId"u8): id = Long(ref _json, "teamId", 0, long.MaxValue) ?? 0; break;
                case var property when property.SequenceEqual("teamTricode"u8): code = Text(ref _json, "teamTricode", 8); break;
                case var property when property.SequenceEqual("teamCity"u8): city = Text(ref _json, "teamCity", 40); break;
                case var property when property.SequenceEqual("teamName"u8): name = Text(ref _json, "teamName", 40); break;
                case var property when property.SequenceEqual("players"u8): ReadPlayers(players); break;
                default: Skip(ref _json); break;
            }
        }

        return code.Length > 0 ? new LiveDataTeam(id, code, city, name, players) : throw Missing("teamTricode", field);
    }

    private void ReadPlayers(List<LiveDataPlayer> players)
    {
        if (!EnterArray(ref _json, "players"))
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.StartObject)
        {
            var (id, name, isStarter, isFit) = ("", "", false, true);
            while (NextProperty(ref _json))
            {
                switch (_json.ValueSpan)
                {
                    case var property when property.SequenceEqual("personId"u8): id = Person(ref _json, "personId", _strings); break;
                    case var property when property.SequenceEqual("nameI"u8): name = Name(ref _json, "nameI", _strings); break;
                    case var property when property.SequenceEqual("starter"u8): isStarter = EnterText(ref _json, "starter") && _json.ValueSpan is [(byte)'1']; break;
                    case var property when property.SequenceEqual("status"u8): isFit = EnterText(ref _json, "status") && !_json.ValueSpan.SequenceEqual("INACTIVE"u8); break;
                    default: Skip(ref _json); break;
                }
            }

            if (id.Length > 0 && isFit && players.Count < MaxPlayers)
            {
                players.Add(new LiveDataPlayer(id, name, isStarter));
            }
        }

        if (_json.TokenType != JsonTokenType.EndArray)
        {
            throw WrongType(ref _json, "players", "an object for every player");
        }
    }

    private bool ReadActions()
    {
        if (!EnterArray(ref _json, "actions"))
        {
            return false;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.StartObject)
        {
            var action = ReadAction();
            _actions?.Add(action);
        }

        return _json.TokenType == JsonTokenType.EndArray ? true : throw WrongType(ref _json, "actions", "an object for every action");
    }

    private LiveDataAction ReadAction()
    {
        var start = (int)_json.TokenStartIndex;
        var action = new LiveDataAction();
        var (type, subType) = (ActionType.Missing, SubType.Other);
        while (NextProperty(ref _json))
        {
            // By length first: an action has some thirty properties, a dozen of which matter.
            var name = _json.ValueSpan;
            switch (name.Length)
            {
                case 5 when name.SequenceEqual("clock"u8): action.ClockTenths = Clock(ref _json, "clock"); break;
                case 6 when name.SequenceEqual("period"u8): action.Period = Int(ref _json, "period", 1, 20) ?? 0; break;
                case 6 when name.SequenceEqual("teamId"u8): action.TeamId = Long(ref _json, "teamId", 0, long.MaxValue) ?? 0; break;
                case 8 when name.SequenceEqual("personId"u8): action.Player = Person(ref _json, "personId", _strings); break;
                case 11 when name.SequenceEqual("playerNameI"u8): action.PlayerName = Name(ref _json, "playerNameI", _strings); break;
                case 14 when name.SequenceEqual("assistPersonId"u8): action.Assistant = Person(ref _json, "assistPersonId", _strings); break;
                case 23 when name.SequenceEqual("assistPlayerNameInitial"u8): action.AssistantName = Name(ref _json, "assistPlayerNameInitial", _strings); break;
                case 10 when name.SequenceEqual("shotResult"u8): action.IsMade = EnterText(ref _json, "shotResult") && _json.ValueSpan.SequenceEqual("Made"u8); break;
                case 7 when name.SequenceEqual("subType"u8): subType = Sub(ref _json); break;
                case 9 when name.SequenceEqual("scoreHome"u8): action.ScoreHome = Score(ref _json, "scoreHome"); break;
                case 9 when name.SequenceEqual("scoreAway"u8): action.ScoreAway = Score(ref _json, "scoreAway"); break;
                case 10 when name.SequenceEqual("qualifiers"u8): action.FreeThrowsGiven = FreeThrowsGiven(ref _json); break;
                case 10 when name.SequenceEqual("descriptor"u8): action.KeepsBall = KeepsBall(ref _json); break;
                case 10 when name.SequenceEqual("actionType"u8): type = Type(ref _json); break;
                case 10 when name.SequenceEqual("timeActual"u8): action.OccurredAt = Time(ref _json, "timeActual"); break;
                case 10 when name.SequenceEqual("possession"u8): action.PossessionId = Long(ref _json, "possession", 0, long.MaxValue) ?? 0; break;
                case 11 when name.SequenceEqual("orderNumber"u8): action.Order = Long(ref _json, "orderNumber", 0, MaxOrder) ?? -1; break;
                case 11 when name.SequenceEqual("teamTricode"u8): action.TeamCode = Code(ref _json, "teamTricode"); break;
                case 11 when name.SequenceEqual("description"u8): action.Description = Text(ref _json, "description", 500); break;
                case 12 when name.SequenceEqual("actionNumber"u8): action.Number = Int(ref _json, "actionNumber", 1, MaxNumber) ?? 0; break;
                default: Skip(ref _json); break;
            }
        }

        action.Raw = start..(int)_json.BytesConsumed;
        action.Kind = KindOf(type, subType);
        (action.Type, action.SubType) = (type, subType);
        var missing = action.Number == 0 ? "actionNumber"
            : action.Period == 0 ? "period"
            : action.ClockTenths < 0 ? "clock"
            : action.ScoreHome < 0 ? "scoreHome"
            : action.ScoreAway < 0 ? "scoreAway"
            : type == ActionType.Missing ? "actionType"
            : null;
        return missing is null ? action : throw Missing(missing, $"The action at byte {start}");
    }
}
