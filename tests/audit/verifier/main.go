// Command verifier checks a checkpoint and its proofs with Go's own transparency log packages.
//
// It reads one JSON object from standard input, prints "verified" and exits 0, or prints what is
// wrong and exits 1.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type evidence struct {
	VerifierKey   string      `json:"verifier_key"`
	Checkpoint    string      `json:"checkpoint"`
	OldCheckpoint string      `json:"old_checkpoint"`
	LeafIndex     int64       `json:"leaf_index"`
	Leaf          []byte      `json:"leaf"`
	Inclusion     []tlog.Hash `json:"inclusion"`
	Consistency   []tlog.Hash `json:"consistency"`
}

func main() {
	var e evidence
	if err := json.NewDecoder(os.Stdin).Decode(&e); err != nil {
		fail(err)
	}
	if err := verify(e); err != nil {
		fail(err)
	}
	fmt.Println("verified")
}

func verify(e evidence) error {
	tree, err := openCheckpoint(e.Checkpoint, e.VerifierKey)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(e.OldCheckpoint, e.VerifierKey)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(e.Leaf)
	if err := tlog.CheckRecord(e.Inclusion, tree.N, tree.Hash, e.LeafIndex, leaf); err != nil {
		return fmt.Errorf("inclusion: %w", err)
	}
	if err := tlog.CheckTree(e.Consistency, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	return nil
}

func openCheckpoint(signed, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("not a root hash: %q", lines[2])
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}
