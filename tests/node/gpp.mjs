// The reference library as a judge of GPP strings.
//
//   node gpp.mjs write   writes known answers, a JSON object a line: tests/data/gpp-known-answers.jsonl
//   node gpp.mjs check   reads such lines from standard input and fails if the library decodes one to anything else
//
// An answer is `gpp`, `sectionIds`, and `fields` by section name, as the library's `getSection` has them.

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { GppModel, Sections } from "@iabgpp/cmpapi";

const US = Array.from({ length: 22 }, (_, i) => Sections.SECTION_ID_NAME_MAP.get(i + 6));
const OPT_OUTS = ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"];
// What may not be 0 by the specification, and what is no answer of the visitor's.
const FIXED = /^(Version|MspaVersion|Gpc|GpcSegmentType|.*Included)$/;

// The same numbers in every run (Park and Miller).
let seed = 20251217;
const below = (n) => (seed = (seed * 48271) % 2147483647) % n;

function answer(gpp) {
  const model = new GppModel(gpp);
  const names = model.getSectionIds().map((id) => Sections.SECTION_ID_NAME_MAP.get(id));
  const fields = names.filter((name) => US.includes(name)).map((name) => [name, model.getSection(name)]);
  return { gpp, sectionIds: model.getSectionIds(), fields: Object.fromEntries(fields) };
}

function fieldsOf(name) {
  const model = new GppModel();
  model.setFieldValue(name, "Version" in defaults(name) ? "Version" : "MspaVersion", defaults(name).Version ?? 1);
  return Object.entries(model.getSection(name));
}

function defaults(name) {
  const model = new GppModel();
  const notice = { uspv1: ["Notice", "-"], usmd: ["MspaVersion", 1] }[name] ?? ["SaleOptOut", 0];
  model.setFieldValue(name, ...notice);
  return model.getSection(name);
}

// One section, with opt-outs of this value.
function plain(model, name, value, gpc) {
  for (const [field] of fieldsOf(name)) {
    if (OPT_OUTS.includes(field)) model.setFieldValue(name, field, value);
    if (field === "Gpc") {
      model.setFieldValue(name, "GpcSegmentIncluded", gpc !== null);
      model.setFieldValue(name, "Gpc", gpc === true);
    }
  }
}

// A section of elsewhere, as of a fixed day: it is to be the same in every run.
function elsewhere(model, name) {
  model.setFieldValue(name, "CmpId", below(4096));
  for (const field of ["Created", "LastUpdated"]) model.setFieldValue(name, field, new Date(Date.UTC(2025, 11, 17)));
}

// One section, with every field drawn.
function drawn(model, name) {
  for (const [field, value] of fieldsOf(name)) {
    if (field === "Gpc") model.setFieldValue(name, field, below(2) === 1);
    else if (name === "uspv1" && field !== "Version") model.setFieldValue(name, field, "YN-"[below(3)]);
    else if (name === "usnat" && field === "Version") model.setFieldValue(name, field, 1 + below(2));
    else if (FIXED.test(field)) continue;
    else if (field === "MspaCoveredTransaction") model.setFieldValue(name, field, 1 + below(2));
    else if (Array.isArray(value)) model.setFieldValue(name, field, value.map(() => below(3)));
    else if (typeof value === "number") model.setFieldValue(name, field, below(3));
  }
}

function write() {
  const strings = [];
  const add = (fill) => {
    const model = new GppModel();
    fill(model);
    strings.push(model.encode());
  };
  for (const name of US.slice(1)) {
    for (const value of [0, 1, 2]) for (const gpc of [null, false, true]) add((model) => plain(model, name, value, gpc));
  }
  for (const notice of "YN-") {
    for (const sale of "YN-") {
      for (const lspa of "YN-") strings.push(`DBABTA~1${notice}${sale}${lspa}`);
    }
  }
  for (const name of US.slice(1)) for (let i = 0; i < 4; i++) add((model) => drawn(model, name));
  for (let i = 0; i < 50; i++) {
    add((model) => {
      if (below(3) === 0) elsewhere(model, "tcfeuv2");
      if (below(5) === 0) elsewhere(model, "tcfcav1");
      const odds = 2 + below(6);
      for (const name of US) if (below(odds) === 0) drawn(model, name);
    });
  }
  for (const gpp of new Set(strings)) console.log(JSON.stringify(answer(gpp)));
}

function check() {
  const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
  let wrong = 0;
  for (const line of lines) {
    const want = JSON.parse(line);
    let got;
    try {
      got = answer(want.gpp);
    } catch (error) {
      got = { error: error.message };
    }
    if (!isDeepStrictEqual(got, want)) {
      wrong += 1;
      console.error(`want ${line}\ngot  ${JSON.stringify(got)}`);
    }
  }
  console.log(`${lines.length} strings, ${wrong} wrong`);
  process.exitCode = wrong === 0 && lines.length > 0 ? 0 : 1;
}

({ write, check })[process.argv[2]]();
