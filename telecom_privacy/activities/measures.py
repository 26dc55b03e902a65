"""What the service does for the security of what it keeps (GDPR article 32): true of every one.

What depends on where it runs (backups, TLS, premises) is for the operator to add.
"""

from collections.abc import Sequence

from telecom_privacy.language import Text, both

MEASURES: Sequence[Text] = (
    both(
        """Chiffrement de tout contenu avant stockage (AES-256-GCM ; enregistrements par segments),
        chaque enregistrement sous sa propre clé, elle-même sous les clés du client.""",
        """All content is encrypted before it is stored (AES-256-GCM; audio in segments), each
        record under a key of its own, below the keys of its client.""",
    ),
    both(
        """Clés enveloppées conservées dans une base distincte de celle des données ; clés racines
        hors des bases, une par rôle (responsable, sous-traitant).""",
        """Wrapped keys lie in a database apart from the data; root keys lie outside all databases,
        one for each role (controller, processor).""",
    ),
    both(
        """Pseudonymisation : noms, numéros et identifiants externes sont scellés et retrouvés par
        empreintes à clé ; journaux et certificats ne portent que des identifiants aléatoires.""",
        """Pseudonymisation: names, numbers and external ids are sealed and found by keyed tokens;
        logs and certificates hold random ids only.""",
    ),
    both(
        """Cloisonnement : chaque client n'atteint que ses propres données ; données de responsable
        et de sous-traitant sont séparées.""",
        """Separation: each client reaches its own data only; controller's and processor's data are
        kept apart.""",
    ),
    both(
        """Accès selon le rôle ; le personnel du support et du juridique déclare un motif et une
        référence ; une clé révoquée est refusée partout en une seconde.""",
        """Access by role; support and legal staff state a purpose and a reference; a key that is
        revoked is refused everywhere within a second.""",
    ),
    both(
        """Journal infalsifiable (arbre de Merkle, points de contrôle signés) des écritures,
        consultations, décisions et refus, vérifiable par des tiers.""",
        """Tamper-evident log (Merkle tree, signed checkpoints) of writes, openings, decisions and
        refusals, which others can verify.""",
    ),
    both(
        """Effacement à l'échéance par destruction de la clé puis des données, certificats signés ;
        rien n'est lu au-delà de son terme.""",
        """Erasure at the end of each term by destruction of the key, then of the data, with signed
        certificates; nothing is read past its term.""",
    ),
    both(
        """Aucune écriture acquittée n'est perdue ni laissée à moitié par un arrêt brutal ; si une
        base ou les clés manquent, le service refuse plutôt que d'écrire en clair.""",
        """No acknowledged write is lost or left half done by a crash; where a database or the keys
        are away, the service refuses rather than to write in clear.""",
    ),
    both(
        """Registre des violations, avec les délais de notification et ce qui a été notifié.""",
        """A register of breaches, with the deadlines of notices and what was sent.""",
    ),
)
