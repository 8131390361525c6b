# Records whose own numbers contradict one another by a factor of ten: a power
# that is not voltage times current, a battery that is not its cells, one input
# of direct current that brings far more than all of them. Prints the record's
# name, the fields and the numbers; run with -n.
#
# Below 10 W steps of a tenth of an ampere decide, so nothing can be told.

def products:
    [keys[] | select(endswith("_voltage")) | rtrimstr("_voltage") |
        {u: (. + "_voltage"), i: (. + "_current"), p: (. + "_power")}] + [
        {u: "internal_ac_voltage", i: "internal_current_one",
            p: "internal_power_one"},
        {u: "ac_output_voltage", i: "ac_output_amps", p: "ac_output_power"},
        (range(1; 4) | {u: "consumption_voltage_phase\(.)_v",
            i: "consumption_current_phase\(.)_a",
            p: "consumption_power_phase\(.)"})];

def abs: if . < 0 then -. else . end;

# Whether two numbers that should be alike are nearer to a factor of ten apart.
def far($a; $b): ($a | abs) >= 10 and ($b | abs) >= 10 and
    (($a / $b | abs | log10 | abs) > 0.5);

def contradictions:
    . as $r |
    (products[] | select($r[.u] and $r[.i] and $r[.p]) |
        select(far($r[.u] * $r[.i]; $r[.p])) |
        {(.u): $r[.u], (.i): $r[.i], (.p): $r[.p]}),
    (select($r.cell_voltages and $r.pack_voltage) |
        select(far(10 * ($r.cell_voltages | add); 10 * $r.pack_voltage)) |
        {pack_voltage, cells: ($r.cell_voltages | add)}),
    (select($r.pack_voltage and $r.total_battery_voltage) |
        select(far($r.pack_voltage; $r.total_battery_voltage)) |
        {pack_voltage, total_battery_voltage}),
    (select($r.dc_input_power and $r.internal_dc_input_power) |
        select($r.internal_dc_input_power > 3 * $r.dc_input_power and
            $r.internal_dc_input_power > 10) |
        {dc_input_power, internal_dc_input_power});

inputs | select(type == "object") | . as $record | contradictions |
    [$record.name, .]
