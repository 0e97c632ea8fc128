namespace Oddswire.Core.Wire.Schemas;

/// <summary>
/// Reads a .proto file (protobuf.dev/reference/protobuf/proto3-spec) as far as compatibility needs it: messages, enums, oneofs, maps, reserved
/// numbers. Options, comments and services are passed over. A type is looked up from the inside out, as protoc does; a name that the file does
/// not define stays as it is written.
/// </summary>
public sealed class ProtoSchemaParser
{
    private static readonly HashSet<string> Scalars =
    [
        "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
    ];

    private readonly ProtoTokens _tokens;
    private readonly Dictionary<string, ProtoMessage> _messages = [];
    private readonly Dictionary<string, ProtoEnumeration> _enums = [];
    private string _package = "";

    private ProtoSchemaParser(string text) => _tokens = new ProtoTokens(text);

    /// <summary>Reads a file.</summary>
    /// <exception cref="SchemaFormatException">It is not proto3, or not a .proto file at all.</exception>
    public static ProtoSchema Parse(string text)
    {
        var parser = new ProtoSchemaParser(text);
        parser.ParseFile();
        return new ProtoSchema(parser._package, parser.Resolved(), parser._enums);
    }

    private void ParseFile()
    {
        while (!_tokens.IsAtEnd)
        {
            switch (_tokens.Take())
            {
                case "syntax":
                    _tokens.Demand("=");
                    if (_tokens.Take().Trim('"', '\'') != "proto3")
                    {
                        throw _tokens.Error("only proto3 is understood");
                    }

                    _tokens.Demand(";");
                    break;
                case "package":
                    _package = _tokens.TakeName();
                    _tokens.Demand(";");
                    break;
                case "message":
                    ParseMessage(_package);
                    break;
                case "enum":
                    ParseEnum(_package);
                    break;
                case "import" or "option" or "service":
                    _tokens.Skip();
                    break;
                case ";":
                    break;
                case var other:
                    throw _tokens.Error($"'{other}' is not known here");
            }
        }
    }

    private void ParseMessage(string within)
    {
        var name = Join(within, _tokens.TakeName());
        _tokens.Demand("{");
        var fields = new Dictionary<int, ProtoField>();
        var reserved = new Reserving();
        _messages[name] = new ProtoMessage(name, fields, reserved.Result);
        while (!_tokens.TryTake("}"))
        {
            switch (_tokens.Peek)
            {
                case "message":
                    _tokens.Take();
                    ParseMessage(name);
                    break;
                case "enum":
                    _tokens.Take();
                    ParseEnum(name);
                    break;
                case "oneof":
                    _tokens.Take();
                    ParseOneOf(fields);
                    break;
                case "reserved":
                    ParseReserved(reserved);
                    break;
                case "option" or "extensions":
                    _tokens.Skip();
                    break;
                case ";":
                    _tokens.Take();
                    break;
                default:
                    ParseField(fields, "");
                    break;
            }
        }
    }

    private void ParseOneOf(Dictionary<int, ProtoField> fields)
    {
        var name = _tokens.TakeName();
        _tokens.Demand("{");
        while (!_tokens.TryTake("}"))
        {
            if (_tokens.Peek == "option")
            {
                _tokens.Skip();
            }
            else
            {
                ParseField(fields, name);
            }
        }
    }

    private void ParseField(Dictionary<int, ProtoField> fields, string oneOf)
    {
        var isRepeated = _tokens.TryTake("repeated");
        var isOptional = _tokens.TryTake("optional");
        var type = _tokens.TakeName();
        if (type == "map")
        {
            _tokens.Demand("<");
            var key = _tokens.TakeName();
            _tokens.Demand(",");
            type = $"map<{key}, {_tokens.TakeName()}>";
            _tokens.Demand(">");
        }

        var name = _tokens.TakeName();
        _tokens.Demand("=");
        var number = _tokens.TakeNumber();
        PassOptions();
        if (!fields.TryAdd(number, new ProtoField(number, name, type, isRepeated, isOptional, oneOf)))
        {
            throw _tokens.Error($"the number {number} comes twice");
        }
    }

    private void ParseEnum(string within)
    {
        var name = Join(within, _tokens.TakeName());
        _tokens.Demand("{");
        var values = new Dictionary<int, string>();
        var reserved = new Reserving();
        _enums[name] = new ProtoEnumeration(name, values, reserved.Result);
        while (!_tokens.TryTake("}"))
        {
            switch (_tokens.Peek)
            {
                case "option":
                    _tokens.Skip();
                    break;
                case "reserved":
                    ParseReserved(reserved);
                    break;
                case ";":
                    _tokens.Take();
                    break;
                default:
                    var value = _tokens.TakeName();
                    _tokens.Demand("=");
                    values.TryAdd(_tokens.TakeNumber(), value);
                    PassOptions();
                    break;
            }
        }
    }

    private void ParseReserved(Reserving to)
    {
        _tokens.Demand("reserved");
        do
        {
            if (_tokens.Peek.StartsWith('"') || _tokens.Peek.StartsWith('\''))
            {
                to.Names.Add(_tokens.Take().Trim('"', '\''));
                continue;
            }

            var from = _tokens.TakeNumber();
            to.Ranges.Add((from, !_tokens.TryTake("to") ? from : _tokens.TryTake("max") ? int.MaxValue : _tokens.TakeNumber()));
        }
        while (_tokens.TryTake(","));
        _tokens.Demand(";");
    }

    private void PassOptions()
    {
        if (_tokens.Peek is not (";" or "["))
        {
            throw _tokens.Error($"expected ';', found '{_tokens.Peek}'");
        }

        _tokens.Skip();
    }

    private Dictionary<string, ProtoMessage> Resolved() => _messages.ToDictionary(
        pair => pair.Key,
        pair => pair.Value with { Fields = pair.Value.Fields.ToDictionary(field => field.Key, field => field.Value with { Type = Resolve(field.Value.Type, pair.Key) }) });

    private string Resolve(string type, string within)
    {
        if (type.StartsWith("map<", StringComparison.Ordinal))
        {
            var comma = type.IndexOf(',');
            return $"{type[..comma]}, {Resolve(type[(comma + 2)..^1], within)}>";
        }

        if (Scalars.Contains(type) || type.StartsWith('.'))
        {
            return type.TrimStart('.');
        }

        for (var scope = within; ; scope = scope[..Math.Max(0, scope.LastIndexOf('.'))])
        {
            var candidate = Join(scope, type);
            if (_messages.ContainsKey(candidate) || _enums.ContainsKey(candidate))
            {
                return candidate;
            }

            if (scope.Length == 0)
            {
                return type;
            }
        }
    }

    private static string Join(string within, string name) => within.Length == 0 ? name : $"{within}.{name}";

    private sealed class Reserving
    {
        public Reserving() => Result = new ProtoReserved(Ranges, Names);

        public List<(int From, int To)> Ranges { get; } = [];

        public List<string> Names { get; } = [];

        public ProtoReserved Result { get; }
    }
}
